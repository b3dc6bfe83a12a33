//! The whole of a database into another one, of either kind: every table, every guild, as it was at one moment.
//!
//! Must not know what the tables mean, only that they are all there: [`TABLES`] names them in the order in which rows may
//! be written, columns and keys are read from the schema. Rows travel in batches, so a database may be larger than the
//! memory. Keeps: the target is empty before, and afterwards it has everything or nothing; counts and digests of every
//! table agree, which is checked before anything is committed.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::macros::on;
use super::{Result, Store, StoreError, Tx};

/// Every table that travels, those that others refer to first.
pub const TABLES: [&str; 18] = [
    "counters",
    "bindings",
    "tickets",
    "events",
    "charges",
    "headlines",
    "deliveries",
    "messages",
    "message_versions",
    "reactions",
    "files",
    "complete_threads",
    "deletions",
    "reports",
    "report_standings",
    "forgotten",
    "heard",
    "unheard",
];

/// Tables that stay where they are: each database has its own list of migrations, and its own leader.
pub const STAY: [&str; 2] = ["_sqlx_migrations", "leases"];

/// So many rows are read at once.
const ROWS: usize = 200;
/// So many values are bound to one statement; SQLite takes 32,766.
const VALUES: usize = 8_000;

/// A table as it was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// A digest of them, whatever their order and whichever database holds them.
    pub digest: u128,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Bool,
    Time,
    Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
struct Table {
    name: &'static str,
    columns: Vec<Column>,
    /// The places of the primary key's columns.
    key: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
    Time(Option<DateTime<Utc>>),
    Bytes(Option<Vec<u8>>),
}

/// A transaction on everything.
struct Whole {
    tx: Tx,
    /// A copy may take its time.
    limit: Option<std::time::Duration>,
}

/// Binds values to a query of either database.
macro_rules! bind {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bool(value) => query.bind(value),
                Value::Time(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Store {
    /// Copies everything into `to`; `told` hears of every batch: the table, its rows so far, and all its rows.
    ///
    /// # Errors
    /// If the target is not empty, a schema is not as it should be, a database fails, or the copy differs.
    pub async fn copy_into(&self, to: &Self, mut told: impl FnMut(&str, u64, u64)) -> Result<Vec<Copied>> {
        let (mut from, mut to) = (Whole::read(self).await?, Whole::write(to).await?);
        let (source, target) = (from.tables().await?, to.tables().await?);
        for table in &target {
            if to.count(table.name).await? > 0 {
                return Err(StoreError::NotEmpty(table.name));
            }
        }
        let mut all = Vec::new();
        for (table, into) in source.iter().zip(&target) {
            let same = |columns: &[Column]| {
                let mut columns = columns.to_vec();
                columns.sort_by(|one, other| one.name.cmp(&other.name));
                columns
            };
            if same(&table.columns) != same(&into.columns) {
                return Err(StoreError::Unreadable(format!("the table {} differs in the two", table.name)));
            }
            let count = from.count(table.name).await?;
            let mut copied = Copied { table: table.name, rows: 0, digest: 0 };
            let mut last = None;
            loop {
                let rows = from.page(table, last.as_ref()).await?;
                let Some(newest) = rows.last() else { break };
                last = Some(newest.clone());
                copied.add(&rows);
                to.insert(table, rows).await?;
                told(table.name, copied.rows, count);
            }
            to.continue_numbers(table).await?;
            let arrived = to.read_all(table).await?;
            if arrived != copied {
                return Err(StoreError::Unreadable(format!("{arrived:?} is not {copied:?}")));
            }
            all.push(copied);
        }
        to.commit().await?;
        Ok(all)
    }

    /// Counts and digests of every table, as they are now.
    ///
    /// # Errors
    /// If the database fails, or its schema is not as it should be.
    pub async fn digests(&self) -> Result<Vec<Copied>> {
        let mut whole = Whole::read(self).await?;
        let mut all = Vec::new();
        for table in whole.tables().await? {
            all.push(whole.read_all(&table).await?);
        }
        Ok(all)
    }
}

impl Copied {
    fn add(&mut self, rows: &[Vec<Value>]) {
        for row in rows {
            self.rows += 1;
            self.digest = self.digest.wrapping_add(digest(row));
        }
    }
}

impl Whole {
    async fn read(store: &Store) -> Result<Self> {
        let tx = match store {
            Store::Sqlite { read, .. } => Tx::Sqlite(read.begin_with("BEGIN").await?),
            Store::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(Self { tx, limit: None })
    }

    async fn write(store: &Store) -> Result<Self> {
        let tx = match store {
            Store::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Store::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN").await?),
        };
        Ok(Self { tx, limit: None })
    }

    async fn commit(self) -> Result<()> {
        match self.tx {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Every table with its columns. A table that nobody named is refused: it would be left behind in silence.
    async fn tables(&mut self) -> Result<Vec<Table>> {
        let sql = match self.tx {
            Tx::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            Tx::Postgres(_) => {
                "SELECT table_name::TEXT FROM information_schema.tables \
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
            }
        };
        let found: Vec<String> = on!(self, c => sqlx::query_scalar(sql).fetch_all(c).await)?;
        let known = |name: &String| TABLES.contains(&name.as_str()) || STAY.contains(&name.as_str());
        if let Some(name) = found.iter().find(|name| !known(name)) {
            return Err(StoreError::Unreadable(format!("this program does not know the table {name}")));
        }
        let mut tables = Vec::new();
        for name in TABLES {
            tables.push(self.table(name).await?);
        }
        Ok(tables)
    }

    async fn table(&mut self, name: &'static str) -> Result<Table> {
        let sql = match self.tx {
            Tx::Sqlite(_) => "SELECT name, lower(type), pk FROM pragma_table_info($1) ORDER BY cid",
            Tx::Postgres(_) => {
                "SELECT c.column_name::TEXT, c.data_type::TEXT, COALESCE(k.ordinal_position, 0)::BIGINT \
                 FROM information_schema.columns c \
                 LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema \
                     AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' \
                 LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema \
                     AND k.constraint_name = t.constraint_name AND k.table_name = c.table_name \
                     AND k.column_name = c.column_name \
                 WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.ordinal_position"
            }
        };
        let found: Vec<(String, String, i64)> =
            on!(self, c => sqlx::query_as(sql).bind(name).fetch_all(c).await)?;
        let mut key: Vec<(i64, usize)> = Vec::new();
        let mut columns = Vec::new();
        for (place, (column, kind, in_key)) in found.into_iter().enumerate() {
            let unknown =
                || StoreError::Unreadable(format!("{name}.{column} is {kind}, which cannot be copied"));
            let kind = Kind::named(&kind).ok_or_else(unknown)?;
            if in_key > 0 {
                key.push((in_key, place));
            }
            columns.push(Column { name: column, kind });
        }
        key.sort_unstable();
        let key: Vec<usize> = key.into_iter().map(|(_, place)| place).collect();
        if key.is_empty() {
            return Err(StoreError::Unreadable(format!("the table {name} is missing or has no key")));
        }
        Ok(Table { name, columns, key })
    }

    async fn count(&mut self, table: &str) -> Result<u64> {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let count: i64 = on!(self, c => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(c).await)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// The next rows after one, in the order of the key.
    async fn page(&mut self, table: &Table, after: Option<&Vec<Value>>) -> Result<Vec<Vec<Value>>> {
        let key: Vec<Value> =
            (table.key.iter()).filter_map(|place| after.and_then(|row| row.get(*place)).cloned()).collect();
        let sql = table.select(after.is_some());
        let rows = on!(self, c => {
            let rows = bind!(sqlx::query(AssertSqlSafe(sql)), key).fetch_all(c).await?;
            rows.iter().map(|row| row_of(&table.columns, |place, kind| {
                use sqlx::Row as _;
                Ok(match kind {
                    Kind::Int => Value::Int(row.try_get(place)?),
                    Kind::Text => Value::Text(row.try_get(place)?),
                    Kind::Bool => Value::Bool(row.try_get(place)?),
                    Kind::Time => Value::Time(row.try_get(place)?),
                    Kind::Bytes => Value::Bytes(row.try_get(place)?),
                })
            })).collect::<Result<Vec<_>>>()
        })?;
        Ok(rows)
    }

    async fn insert(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<()> {
        let at_once = (VALUES / table.columns.len()).max(1);
        let numbered = matches!(self.tx, Tx::Postgres(_));
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let batch: Vec<Vec<Value>> = rows.by_ref().take(at_once).collect();
            let sql = table.insert(batch.len(), numbered);
            let values = batch.into_iter().flatten();
            on!(self, c => bind!(sqlx::query(AssertSqlSafe(sql)), values).execute(c).await.map(drop))?;
        }
        Ok(())
    }

    /// PostgreSQL gives the next number from a sequence, which has not heard of the rows that came with theirs.
    async fn continue_numbers(&mut self, table: &Table) -> Result<()> {
        let Tx::Postgres(tx) = &mut self.tx else { return Ok(()) };
        for column in &table.columns {
            let sql = format!(
                "SELECT setval(s.name, GREATEST((SELECT COALESCE(MAX({column}), 0) FROM {table}), 1), \
                 (SELECT COUNT(*) > 0 FROM {table})) \
                 FROM (SELECT pg_get_serial_sequence('{table}', '{column}') AS name) s WHERE s.name IS NOT NULL",
                column = column.name,
                table = table.name,
            );
            if column.kind == Kind::Int {
                sqlx::query(AssertSqlSafe(sql)).execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    async fn read_all(&mut self, table: &Table) -> Result<Copied> {
        let mut copied = Copied { table: table.name, rows: 0, digest: 0 };
        let mut last = None;
        loop {
            // The columns of the two databases may stand in another order.
            let rows = self.page(table, last.as_ref()).await?;
            let Some(newest) = rows.last() else { return Ok(copied) };
            last = Some(newest.clone());
            copied.add(&rows);
        }
    }
}

fn row_of(
    columns: &[Column],
    read: impl Fn(usize, Kind) -> Result<Value, sqlx::Error>,
) -> Result<Vec<Value>> {
    let values = columns.iter().enumerate().map(|(place, column)| read(place, column.kind));
    Ok(values.collect::<Result<_, _>>()?)
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "bigint" | "integer" => Self::Int,
            "text" => Self::Text,
            "boolean" => Self::Bool,
            "timestamp" | "timestamp with time zone" => Self::Time,
            "blob" | "bytea" => Self::Bytes,
            _ => return None,
        })
    }
}

impl Table {
    fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn select(&self, after: bool) -> String {
        let key: Vec<&str> = self.key.iter().map(|place| self.columns[*place].name.as_str()).collect();
        let key = key.join(", ");
        let given: Vec<String> = (1..=self.key.len()).map(|number| format!("${number}")).collect();
        let only = if after { format!("WHERE ({key}) > ({})", given.join(", ")) } else { String::new() };
        // One file may be as large as many rows of everything else.
        let large = self.columns.iter().any(|column| column.kind == Kind::Bytes);
        let rows = if large { 1 } else { ROWS };
        format!("SELECT {} FROM {} {only} ORDER BY {key} LIMIT {rows}", self.names(), self.name)
    }

    fn insert(&self, rows: usize, numbered: bool) -> String {
        let row = |nth: usize| {
            let places =
                (1..=self.columns.len()).map(|place| format!("${}", nth * self.columns.len() + place));
            format!("({})", places.collect::<Vec<_>>().join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        // A row keeps its number, also where the database gives numbers by itself.
        let given = if numbered { " OVERRIDING SYSTEM VALUE" } else { "" };
        format!("INSERT INTO {} ({}){given} VALUES {}", self.name, self.names(), values.join(", "))
    }
}

/// A digest of a row, the same in either database. Times count in microseconds, which is what PostgreSQL keeps.
fn digest(row: &[Value]) -> u128 {
    let mut hash = Sha256::new();
    for value in row {
        let bytes = match value {
            Value::Int(value) => value.map(|value| value.to_be_bytes().to_vec()),
            Value::Text(value) => value.clone().map(String::into_bytes),
            Value::Bool(value) => value.map(|value| vec![u8::from(value)]),
            Value::Time(value) => value.map(|value| value.timestamp_micros().to_be_bytes().to_vec()),
            Value::Bytes(value) => value.clone(),
        };
        match bytes {
            Some(bytes) => {
                hash.update([1]);
                hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(bytes);
            }
            None => hash.update([0]),
        }
    }
    let hash = hash.finalize();
    hash.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}
