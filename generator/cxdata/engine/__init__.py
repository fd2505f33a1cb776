"""The engine: from declarations to blocks of rows. It knows schema and streams, never the catalogue."""
