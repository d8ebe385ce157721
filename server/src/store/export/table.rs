//! The table of kinds, as a macro.

/// One line makes a kind exist: its name, what it is, and its columns; then the query, whose cells are in that order.
macro_rules! kinds {
    ($($variant:ident = $name:literal, $what:literal, [$($column:literal: $holds:ident),+ $(,)?], $sql:tt;)+) => {
        /// A kind of rows; each becomes a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $(#[doc = $what] $variant,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name; the file's without its end.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it is, as a sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }

            /// The columns, in order. Stable: scripts name them. New ones come last.
            pub const fn columns(self) -> &'static [Column] {
                match self { $(Self::$variant => &[$(Column { name: $column, holds: Holds::$holds }),+],)+ }
            }

            pub(super) fn fetch(self, db: &mut PgConnection) -> BoxStream<'_, sqlx::Result<Cells>> {
                match self { $(Self::$variant => sqlx::query_scalar!($sql).fetch(db),)+ }
            }
        }
    };
}

pub(super) use kinds;
