"""Files, environment and flags -> frozen values; every mistake names the value and what to do."""
