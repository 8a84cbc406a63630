"""Tools that know nothing of surveys: clock, tenancy, tokens, mail, HTTP, periods, limits."""
