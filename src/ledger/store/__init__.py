"""The database: tables, one module of queries per area, migrations."""
