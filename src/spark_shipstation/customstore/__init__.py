"""ShipStation's Custom Store protocol, pure: bytes and plain values, no database and no web framework."""
