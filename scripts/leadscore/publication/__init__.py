"""What readers open: written beside, switched in when a run has passed."""
