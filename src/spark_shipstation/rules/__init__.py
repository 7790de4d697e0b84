"""Plain values in, plain values out: no database, no web, no clock."""
