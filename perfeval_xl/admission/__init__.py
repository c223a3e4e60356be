"""Where what comes from outside becomes ours: made clean or refused, so that nothing behind it can fail on it."""
