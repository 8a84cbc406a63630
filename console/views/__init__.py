"""The pages of the console: check the person, check the form, make one call, answer."""
