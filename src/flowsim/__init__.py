"""flowsim: what handoffs, queues and batches cost a customer, and what a redesign buys."""

__version__ = "0.1.0"
