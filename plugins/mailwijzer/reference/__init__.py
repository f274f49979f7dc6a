"""What chapters refer to, as data that is read and checked: terms, facts that age, error lines."""
