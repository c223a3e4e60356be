"""What goes to the units by mail: found, put into letters, written as drafts or sent, and listed with its state.

Only here is anything sent. That a letter is on its way stands in the ledger before its last byte leaves, and what
came of it after that: whatever is cut short between is neither sent again nor taken for sent, but listed.
"""
