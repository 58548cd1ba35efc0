"""Money: pure arithmetic in Decimal, and the tasks that store it."""
