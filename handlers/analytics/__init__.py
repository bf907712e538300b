"""What the district learns about the service, without learning anything about a person."""
