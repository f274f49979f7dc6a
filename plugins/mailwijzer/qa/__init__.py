"""Questions and answers: model, parsing, life cycle and listings. Pure: no input, no output."""
