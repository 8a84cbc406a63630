"""Count answers, count them anew, and compare the counts with the answers."""
