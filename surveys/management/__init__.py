"""What the surveys can be told to do from the command line."""
