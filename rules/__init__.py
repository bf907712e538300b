"""Pure decisions: dated parameters, facts, verdicts, benefits. No database, network, clock or framework."""
