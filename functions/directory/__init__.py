"""What a workspace knows about itself: classes, who is in them, agents, concepts."""
