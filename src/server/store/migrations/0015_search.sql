-- What of records is searched, as words without diacritics and case. The row's number orders them as the list does.
CREATE VIRTUAL TABLE record_texts USING fts5(
    case_no, title, people, judges, phases, minutes, tokenize = "unicode61 remove_diacritics 0", prefix = '2 3'
);
ALTER TABLE records ADD COLUMN text_n INTEGER;
CREATE UNIQUE INDEX records_by_text ON records (text_n);
CREATE INDEX records_by_time ON records (court, from_ms);
