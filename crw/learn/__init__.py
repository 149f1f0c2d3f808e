"""The learned score: what it may know, how it is fitted, how it is proved, which model is in use."""

TARGETS = {"any": "hit", "security": "security_hit"}
