"""What a lender is told, and the words for it."""
