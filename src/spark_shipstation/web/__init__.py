"""The edge that speaks HTTP: parse, call one service function, render. `app` is the only place that wires."""
