"""Where kept answers are refreshed before anybody waits for them."""
