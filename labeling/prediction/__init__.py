"""The model: learns from documents that people have done, and proposes tags for others. Pure."""
