"""A bilingual tutorial site whose questions come from its readers."""
