"""`gate ratchet`: tighter limits for promises that were kept with room to spare for long."""
