"""The learned score: what it may know, how it is fitted, proved and put to use."""

TARGETS = {"any": "hit", "security": "security_hit"}
