"""A simulated quarter of the ambassadors' program: real processes, a real Postgres, a Slack over the wire, a clock that is steered."""
