"""What leads do with what others tagged: plans, decisions, notes, work lists, samples."""
