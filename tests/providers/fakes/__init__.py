"""Servers on the loopback interface that speak as the providers' APIs do, for tests through a real socket."""
