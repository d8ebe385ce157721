//! `upload.*`: photos, on the data centre that keeps them.

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::Timestamp;

use super::{Caller, RpcError, peer, photos};
use crate::world::{PhotoId, PhotoOf, World, is_reference_good};

/// No part of a file may be longer, nor reach over a multiple of it.
const LONGEST: i64 = 1 << 20;

pub(crate) fn get_file(
    caller: &Caller<'_>,
    request: f::upload::GetFile,
) -> Result<e::upload::File, RpcError> {
    let now = caller.shared.clock.now();
    let world = caller.world();
    let (id, letter) = locate(caller, &request.location, now)?;
    let (channel, subject) = photos::find(world, id, now).ok_or_else(location_invalid)?;
    let dc = channel.spec.files_dc;
    if caller.dc != dc {
        return Err(RpcError::new(303, &format!("FILE_MIGRATE_{dc}")));
    }
    let bytes = photos::bytes(world, subject, &letter).ok_or_else(location_invalid)?;
    let (offset, limit) = part(&request)?;
    let bytes = bytes.into_iter().skip(offset).take(limit).collect();
    Ok(t::upload::File { r#type: e::storage::FileType::FileJpeg, mtime: 0, bytes }.into())
}

fn location_invalid() -> RpcError {
    RpcError::new(400, "LOCATION_INVALID")
}

/// The photo meant, and the letter of its size.
fn locate(
    caller: &Caller<'_>,
    location: &e::InputFileLocation,
    now: Timestamp,
) -> Result<(i64, String), RpcError> {
    let world = caller.world();
    match location {
        e::InputFileLocation::InputPhotoFileLocation(photo) => {
            if world.access_hash(photo.id) != photo.access_hash {
                return Err(location_invalid());
            }
            check_reference(world, photo.id, &photo.file_reference, now)?;
            Ok((photo.id, photo.thumb_size.clone()))
        }
        e::InputFileLocation::InputPeerPhotoFileLocation(photo) => {
            let channel = peer::channel_peer(caller, &photo.peer)?;
            if photo.photo_id != PhotoId::of(PhotoOf::Channel(channel.spec.id)).0 {
                return Err(location_invalid());
            }
            let letter = if photo.big { photos::BIG } else { photos::SMALL };
            Ok((photo.photo_id, letter.to_owned()))
        }
        _ => Err(location_invalid()),
    }
}

fn check_reference(world: &World, id: i64, reference: &[u8], now: Timestamp) -> Result<(), RpcError> {
    if reference.is_empty() {
        return Err(RpcError::new(400, "FILE_REFERENCE_EMPTY"));
    }
    if is_reference_good(world.seed, id, reference, now.as_second()) {
        Ok(())
    } else {
        Err(RpcError::new(400, "FILE_REFERENCE_EXPIRED"))
    }
}

/// Where a part begins and how long it is, if Telegram would allow it: in steps of 4 KiB (1 KiB if `precise`), a length
/// that divides 1 MiB (unless `precise`), and not over the edge of a MiB.
fn part(request: &f::upload::GetFile) -> Result<(usize, usize), RpcError> {
    let step = if request.precise { 1 << 10 } else { 1 << 12 };
    let (offset, limit) = (request.offset, i64::from(request.limit));
    if offset < 0 || offset % step != 0 {
        return Err(RpcError::new(400, "OFFSET_INVALID"));
    }
    let divides = request.precise || (limit > 0 && LONGEST % limit == 0);
    let within = limit > 0 && offset / LONGEST == (offset.saturating_add(limit) - 1) / LONGEST;
    if limit % step != 0 || !divides || !within {
        return Err(RpcError::new(400, "LIMIT_INVALID"));
    }
    match (usize::try_from(offset), usize::try_from(limit)) {
        (Ok(offset), Ok(limit)) => Ok((offset, limit)),
        _ => Err(RpcError::new(400, "OFFSET_INVALID")),
    }
}
