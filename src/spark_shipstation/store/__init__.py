"""The database: tables and the named questions asked of them. Nothing here commits or knows the protocol."""
