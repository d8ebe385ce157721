//! Asking for the shapes of real answers, with the requests that collecting makes.

use std::fmt::Debug;

use app::model::UnitCode;
use grammers_tl_types::{Deserializable, enums as e, functions as f};
use serde_json::Value;

use super::allowed::Allowed;
use super::{Answer, ChannelRef, Client};
use crate::telegram::convert::partial::{
    GetBroadcastStats, GetMegagroupStats, GetMessageStats, GetPollStats, GetStoryStats,
};
use crate::telegram::fault::Fault;
use crate::telegram::shape::{magnitude, shape};

/// Few are enough to see what they look like.
const FEW: i32 = 20;

/// The shape of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The data centre that answered.
    pub dc: i32,
    /// The order of magnitude of its bytes.
    pub bytes: String,
    /// What it looks like.
    pub shape: Value,
}

/// What earlier answers say that later questions need. It is not shown.
#[derive(Clone, Debug, Default)]
pub struct Clues {
    stats_dc: Option<i32>,
    token: Option<(String, i32)>,
    messages: Vec<i32>,
    post: Option<i32>,
    poll: Option<i32>,
    giveaway: Option<i32>,
    stories: Vec<i32>,
}

/// What came of a method of Telegram's.
#[derive(Clone, Debug)]
pub enum Probed {
    /// It was asked, once or in several ways.
    Asked(Vec<(&'static str, Result<Shape, Fault>)>),
    /// It was not asked; why.
    Skipped(&'static str),
}

impl Client {
    /// Asks by the name of a method. Whatever a collector may ask, and nothing else, can be asked.
    pub async fn probe(&self, method: &str, channel: ChannelRef, clues: &mut Clues) -> Probed {
        let (home, peer) = (self.session().home_dc(), channel.peer());
        let stats = clues.stats_dc.unwrap_or(home);
        let asked = |shape| Probed::Asked(vec![("", shape)]);
        match method {
            "channels.getFullChannel" => asked(
                self.look(home, &f::channels::GetFullChannel { channel: channel.input() }, |_| ()).await,
            ),
            "stats.getBroadcastStats" => {
                let request = f::stats::GetBroadcastStats { dark: false, channel: channel.input() };
                let answer = self.ask_following(stats, &GetBroadcastStats(request)).await;
                asked(answer.map(|answer| {
                    clues.see(&answer.value.graphs, answer.dc);
                    of_whole::<e::stats::BroadcastStats, _>(&answer)
                }))
            }
            "stats.getMegagroupStats" => {
                let request = f::stats::GetMegagroupStats { dark: false, channel: channel.input() };
                let answer = self.ask_following(stats, &GetMegagroupStats(request)).await;
                asked(answer.map(|answer| {
                    clues.see(&answer.value.graphs, answer.dc);
                    of_whole::<e::stats::MegagroupStats, _>(&answer)
                }))
            }
            "stats.loadAsyncGraph" => {
                let Some((token, dc)) = clues.token.clone() else {
                    return Probed::Skipped("no graph was put off");
                };
                asked(self.look(dc, &f::stats::LoadAsyncGraph { token, x: None }, |_| ()).await)
            }
            "payments.getStarsRevenueStats" => {
                let mut all = Vec::new();
                for unit in [UnitCode::Ton, UnitCode::Stars] {
                    let ton = unit == UnitCode::Ton;
                    let request = f::payments::GetStarsRevenueStats { dark: false, ton, peer: peer.clone() };
                    let look = |answer: &e::payments::StarsRevenueStats| {
                        let e::payments::StarsRevenueStats::Stats(stats) = answer;
                        token(stats.revenue_graph.clone())
                    };
                    let mut found = None;
                    all.push((unit.code(), self.look(home, &request, |answer| found = look(answer)).await));
                    clues.token = found.map(|token| (token, home)).or(clues.token.take());
                }
                Probed::Asked(all)
            }
            "payments.getStarsTransactions" => {
                let mut all = Vec::new();
                for unit in [UnitCode::Ton, UnitCode::Stars] {
                    let request = f::payments::GetStarsTransactions {
                        inbound: false,
                        outbound: false,
                        ascending: false,
                        ton: unit == UnitCode::Ton,
                        subscription_id: None,
                        peer: peer.clone(),
                        offset: String::new(),
                        limit: FEW,
                    };
                    all.push((unit.code(), self.look(home, &request, |_| ()).await));
                }
                Probed::Asked(all)
            }
            "messages.getHistory" => {
                let request = f::messages::GetHistory {
                    peer,
                    offset_id: 0,
                    offset_date: 0,
                    add_offset: 0,
                    limit: FEW,
                    max_id: 0,
                    min_id: 0,
                    hash: 0,
                };
                let see = |answer: &e::messages::Messages| {
                    messages(answer).iter().for_each(|message| clues.see_message(message));
                };
                asked(self.look(home, &request, see).await)
            }
            "channels.getMessages" if clues.messages.is_empty() => Probed::Skipped("there are no messages"),
            "channels.getMessages" => {
                let ids = clues
                    .messages
                    .iter()
                    .map(|id| grammers_tl_types::types::InputMessageId { id: *id }.into());
                let request = f::channels::GetMessages { channel: channel.input(), id: ids.collect() };
                asked(self.look(home, &request, |_| ()).await)
            }
            "payments.getGiveawayInfo" => match clues.giveaway {
                None => Probed::Skipped("there is no giveaway among the newest messages"),
                Some(msg_id) => {
                    asked(self.look(home, &f::payments::GetGiveawayInfo { peer, msg_id }, |_| ()).await)
                }
            },
            "premium.getBoostsStatus" => {
                asked(self.look(home, &f::premium::GetBoostsStatus { peer }, |_| ()).await)
            }
            "premium.getBoostsList" => {
                let offset = String::new();
                let request = f::premium::GetBoostsList { gifts: false, peer, offset, limit: FEW };
                asked(self.look(home, &request, |_| ()).await)
            }
            "messages.getAdminsWithInvites" => {
                asked(self.look(home, &f::messages::GetAdminsWithInvites { peer }, |_| ()).await)
            }
            "messages.getExportedChatInvites" => {
                let request = f::messages::GetExportedChatInvites {
                    revoked: false,
                    peer,
                    admin_id: e::InputUser::UserSelf,
                    offset_date: None,
                    offset_link: None,
                    limit: FEW,
                };
                asked(self.look(home, &request, |_| ()).await)
            }
            "messages.getChatInviteImporters" => {
                let request = f::messages::GetChatInviteImporters {
                    requested: true,
                    subscription_expired: false,
                    peer,
                    link: None,
                    q: None,
                    offset_date: 0,
                    offset_user: e::InputUser::Empty,
                    limit: FEW,
                };
                asked(self.look(home, &request, |_| ()).await)
            }
            "channels.getAdminLog" => {
                let request = f::channels::GetAdminLog {
                    channel: channel.input(),
                    q: String::new(),
                    events_filter: None,
                    admins: None,
                    max_id: 0,
                    min_id: 0,
                    limit: FEW,
                };
                asked(self.look(home, &request, |_| ()).await)
            }
            "stories.getPeerStories" => {
                let see = |answer: &e::stories::PeerStories| {
                    let e::stories::PeerStories::Stories(answer) = answer;
                    let e::PeerStories::Stories(stories) = &answer.stories;
                    clues.stories = stories.stories.iter().map(e::StoryItem::id).collect();
                };
                asked(self.look(home, &f::stories::GetPeerStories { peer }, see).await)
            }
            "stories.getStoriesArchive" => {
                let request = f::stories::GetStoriesArchive { peer, offset_id: 0, limit: FEW };
                asked(self.look(home, &request, |_| ()).await)
            }
            "stories.getStoriesViews" if clues.stories.is_empty() => Probed::Skipped("there are no stories"),
            "stories.getStoriesViews" => {
                let request = f::stories::GetStoriesViews { peer, id: clues.stories.clone() };
                asked(self.look(home, &request, |_| ()).await)
            }
            "channels.getChannelRecommendations" => {
                let request = f::channels::GetChannelRecommendations { channel: Some(channel.input()) };
                asked(self.look(home, &request, |_| ()).await)
            }
            "stats.getMessageStats" | "stats.getMessagePublicForwards" | "stats.getPollStats" => {
                self.probe_post(method, channel, clues).await
            }
            "stats.getStoryStats" | "stats.getStoryPublicForwards" => {
                self.probe_story(method, channel, clues).await
            }
            "messages.getSponsoredMessages" => {
                Probed::Skipped("ads are only asked for where they are collected")
            }
            _ => Probed::Skipped("it is not probed"),
        }
    }

    /// What is asked of a single post: of the newest that may have it.
    async fn probe_post(&self, method: &str, channel: ChannelRef, clues: &Clues) -> Probed {
        let stats = clues.stats_dc.unwrap_or_else(|| self.session().home_dc());
        let asked = |shape| Probed::Asked(vec![("", shape)]);
        match (method, clues.post, clues.poll) {
            ("stats.getMessageStats", Some(msg_id), _) => {
                let request = f::stats::GetMessageStats { dark: false, channel: channel.input(), msg_id };
                asked(self.look(stats, &GetMessageStats(request), |_| ()).await)
            }
            ("stats.getMessagePublicForwards", Some(msg_id), _) => {
                let (channel, offset) = (channel.input(), String::new());
                let request = f::stats::GetMessagePublicForwards { channel, msg_id, offset, limit: FEW };
                asked(self.look(stats, &request, |_| ()).await)
            }
            ("stats.getPollStats", _, Some(msg_id)) => {
                let request = f::stats::GetPollStats { dark: false, peer: channel.peer(), msg_id };
                let request = GetPollStats(request);
                asked(self.look(self.session().home_dc(), &request, |_| ()).await)
            }
            _ => Probed::Skipped("there is no such post among the newest"),
        }
    }

    /// What is asked of a single story: of the newest on show.
    async fn probe_story(&self, method: &str, channel: ChannelRef, clues: &Clues) -> Probed {
        let Some(id) = clues.stories.iter().copied().max() else {
            return Probed::Skipped("there are no stories");
        };
        let (stats, peer) = (clues.stats_dc.unwrap_or_else(|| self.session().home_dc()), channel.peer());
        let shape = if method == "stats.getStoryStats" {
            let request = GetStoryStats(f::stats::GetStoryStats { dark: false, peer, id });
            self.look(stats, &request, |_| ()).await
        } else {
            let offset = String::new();
            let request = f::stats::GetStoryPublicForwards { peer, id, offset, limit: FEW };
            self.look(stats, &request, |_| ()).await
        };
        Probed::Asked(vec![("", shape)])
    }

    /// Asks, shows the answer to `see`, and tells its shape.
    async fn look<R>(&self, dc: i32, request: &R, see: impl FnOnce(&R::Return)) -> Result<Shape, Fault>
    where
        R: Allowed,
        R::Return: Debug,
    {
        let answer = self.ask_following(dc, request).await?;
        let value: &R::Return = &answer.value;
        see(value);
        Ok(Shape { dc: answer.dc, bytes: magnitude(answer.body.len()), shape: shape(value) })
    }
}

impl Clues {
    /// None yet but where the channel's statistics are, if that is not at home.
    pub fn new(stats_dc: Option<i32>) -> Self {
        Self { stats_dc, ..Self::default() }
    }

    /// Remembers messages that later questions are about.
    fn see_message(&mut self, message: &e::Message) {
        self.messages.push(message.id());
        let e::Message::Message(message) = message else { return };
        self.post = self.post.or(Some(message.id));
        match message.media {
            Some(e::MessageMedia::Giveaway(_)) => self.giveaway = Some(message.id),
            Some(e::MessageMedia::Poll(_)) => self.poll = Some(message.id),
            _ => {}
        }
    }

    /// Remembers a graph that was put off.
    fn see(&mut self, graphs: &[Result<e::StatsGraph, String>], dc: i32) {
        let token = graphs.iter().flatten().cloned().find_map(token);
        self.token = token.map(|token| (token, dc)).or_else(|| self.token.take());
    }
}

/// The shape of the answer as the layer has it; of one that is read only in part, that of what was read.
fn of_whole<W: Deserializable + Debug, P: Debug>(answer: &Answer<P>) -> Shape {
    let whole = W::from_bytes(&answer.body);
    let shape = whole.map_or_else(|_| shape(&answer.value), |whole| shape(&whole));
    Shape { dc: answer.dc, bytes: magnitude(answer.body.len()), shape }
}

fn token(graph: e::StatsGraph) -> Option<String> {
    match graph {
        e::StatsGraph::Async(graph) => Some(graph.token),
        e::StatsGraph::Graph(_) | e::StatsGraph::Error(_) => None,
    }
}

fn messages(answer: &e::messages::Messages) -> &[e::Message] {
    match answer {
        e::messages::Messages::Messages(all) => &all.messages,
        e::messages::Messages::Slice(slice) => &slice.messages,
        e::messages::Messages::ChannelMessages(slice) => &slice.messages,
        e::messages::Messages::NotModified(_) => &[],
    }
}
