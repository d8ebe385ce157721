//! What is collected in each currency that the account may see.

use app::model::UnitCode;

use super::CollectError;
use super::harvest::Harvest;
use crate::store::channels::Access;
use crate::telegram::fault::Fault;

/// The currencies whose balances and ledger the account may see.
pub(super) fn currencies(access: &Access) -> Result<Vec<UnitCode>, CollectError> {
    let units = [(UnitCode::Ton, access.can_view_revenue), (UnitCode::Stars, access.can_view_stars_revenue)];
    let units: Vec<UnitCode> = units.into_iter().filter(|(_, may)| *may).map(|(unit, _)| unit).collect();
    if units.is_empty() {
        return Err(CollectError::NoRight("Telegram shows this account no revenue of the channel"));
    }
    Ok(units)
}

/// What went wrong in one currency is a problem of the run; in all of them, it is the end of it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    gathered: usize,
    failed: Vec<(UnitCode, Fault)>,
}

impl Tally {
    /// Counts how one currency went.
    pub(super) fn add(&mut self, unit: UnitCode, went: Result<(), CollectError>) -> Result<(), CollectError> {
        match went {
            Ok(()) => self.gathered += 1,
            Err(CollectError::Fault(fault))
                if !matches!(
                    fault,
                    Fault::SignedOut { .. } | Fault::Stopped | Fault::Frozen | Fault::FloodWait { .. }
                ) =>
            {
                self.failed.push((unit, fault));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Says in the harvest what went wrong.
    pub(super) fn end(self, harvest: &mut Harvest) -> Result<(), CollectError> {
        for (unit, fault) in &self.failed {
            if matches!(fault, Fault::RightLost { .. }) {
                harvest.lost.push(*unit);
            }
            harvest.problems.push(format!("Nothing in {}: {fault}.", unit.label()));
        }
        match self.failed.into_iter().next() {
            Some((_, fault)) if self.gathered == 0 => Err(fault.into()),
            _ => Ok(()),
        }
    }
}
