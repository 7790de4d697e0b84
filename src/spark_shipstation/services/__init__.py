"""What happens: functions of the shape (session, facts, *, now) -> result. They never commit and read no settings."""
