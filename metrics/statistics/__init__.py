"""Plain numbers in, plain numbers out: scores, intervals, tests and verdicts, without Django."""
