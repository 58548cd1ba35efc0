"""What operations read: queries and pages."""
