"""Reads channels from telegram-dc with Telethon, a client written by others, and prints what they add up to.

    python read_everything.py access.json north_herald kaffee_und_code

The access file brings the addresses and the ready keys. One JSON object comes out: for each channel its subscribers,
the sums of every statistics graph over its whole days, and balances and sums by kind of its ledgers, in billionths.
"""

import asyncio
import json
import sys

from telethon import TelegramClient, errors
from telethon.crypto import AuthKey
from telethon.sessions import MemorySession
from telethon.tl import functions, types

FLAGS = {"ton": True, "stars": False}


def client(access, dc):
    """A client of one data centre that holds the ready key for it."""
    address = next(known for known in access["dcs"] if known["id"] == dc)
    session = MemorySession()
    session.set_dc(dc, address["host"], address["port"])
    session.auth_key = AuthKey(bytes.fromhex(access["ready"][str(dc)]))
    return TelegramClient(session, 1, "hash", receive_updates=False, flood_sleep_threshold=0)


async def statistics(home, others, access, channel):
    """The statistics, wherever they are kept, and the client that reads there."""
    request = functions.stats.GetBroadcastStatsRequest(channel)
    try:
        return await home(request), home
    except errors.StatsMigrateError as error:
        dc = error.dc
    if dc not in others:
        others[dc] = client(access, dc)
        await others[dc].connect()
        login = await home(functions.auth.ExportAuthorizationRequest(dc))
        await others[dc](functions.auth.ImportAuthorizationRequest(login.id, login.bytes))
    return await others[dc](request), others[dc]


async def graphs(stats, keeper):
    """What each graph's columns add up to without their last point, which is the day that is still running."""
    found = {}
    for name, graph in vars(stats).items():
        if isinstance(graph, types.StatsGraphAsync):
            graph = await keeper(functions.stats.LoadAsyncGraphRequest(graph.token))
        if isinstance(graph, types.StatsGraph):
            chart = json.loads(graph.json.data)
            days, *columns = sorted(chart["columns"], key=lambda column: chart["types"][column[0]] != "x")
            sums = {chart["names"][column[0]]: sum(column[1:-1]) for column in columns}
            found[name] = {"first": days[1], "points": len(days) - 1, "sums": sums}
    return found


def nano(amount):
    """Billionths of a Star or of a TON."""
    if isinstance(amount, types.StarsTonAmount):
        return amount.amount
    return amount.amount * 1_000_000_000 + amount.nanos


def kind(row):
    """What a ledger row is about, by the rules of Telegram's own clients."""
    purchase = (row.amount.amount > 0) == bool(row.refund)
    match row.peer:
        case types.StarsTransactionPeerAds():
            return "ads_proceeds" if row.ads_proceeds_from_date else "ads_spending"
        case types.StarsTransactionPeerFragment() if row.refund:
            return "withdrawal_refund"
        case types.StarsTransactionPeerFragment():
            state = "pending" if row.pending else "failed" if row.failed else "succeeded"
            return f"withdrawal_{state}"
        case types.StarsTransactionPeer():
            pass
        case _:
            return "unsupported"
    if row.starref_commission_permille and not row.starref_peer:
        return "affiliate_commission"
    if row.paid_messages and not purchase:
        if not row.starref_peer:
            return "suggested_post"
        return "live_message" if row.phonegroup_message else "paid_message"
    if row.stargift and not purchase:
        return "gift_converted"
    if row.subscription_period and not purchase:
        return "subscription"
    if row.reaction:
        return "reaction"
    if row.extended_media or row.refund:
        return "paid_media_refund" if row.refund else "paid_media"
    return "unsupported"


async def ledger(home, peer, ton):
    """Number of rows and sum by kind, page by page."""
    sums, offset = {}, ""
    while offset is not None:
        page = await home(functions.payments.GetStarsTransactionsRequest(peer, offset, 100, ton=ton))
        for row in page.history or []:
            rows, total = sums.get(kind(row), (0, 0))
            sums[kind(row)] = (rows + 1, total + nano(row.amount))
        offset = page.next_offset
    return sums


async def channel(home, others, access, username):
    found = (await home(functions.contacts.ResolveUsernameRequest(username))).chats[0]
    peer = types.InputPeerChannel(found.id, found.access_hash)
    input_channel = types.InputChannel(found.id, found.access_hash)
    full = (await home(functions.channels.GetFullChannelRequest(input_channel))).full_chat
    answer = {"subscribers": full.participants_count, "ledgers": {}, "balances": {}}
    if full.can_view_stats:
        answer["graphs"] = await graphs(*await statistics(home, others, access, input_channel))
    gates = {"ton": full.can_view_revenue, "stars": full.can_view_stars_revenue}
    for unit, open_to_us in gates.items():
        if open_to_us:
            request = functions.payments.GetStarsRevenueStatsRequest(peer, ton=FLAGS[unit])
            status = (await home(request)).status
            balances = (status.current_balance, status.available_balance, status.overall_revenue)
            answer["balances"][unit] = [nano(balance) for balance in balances]
            answer["ledgers"][unit] = await ledger(home, peer, FLAGS[unit])
    return found.id, answer


async def main(path, *usernames):
    with open(path, encoding="utf-8") as file:
        access = json.load(file)
    home, others = client(access, access["home_dc"]), {}
    await home.connect()
    answers = dict([await channel(home, others, access, username) for username in usernames])
    for connected in (home, *others.values()):
        await connected.disconnect()
    print(json.dumps(answers, ensure_ascii=False))


asyncio.run(main(*sys.argv[1:]))
