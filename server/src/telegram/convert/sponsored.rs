//! Ads that Telegram offers to the account that looks.

use grammers_tl_types::enums as e;

use super::text;

/// An ad. Its number (`random_id`) is for saying that it was seen, which this program never does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SponsoredMessage {
    /// Where it leads to.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub message: String,
    /// What its button says.
    pub button_text: String,
    /// Who pays for it.
    pub sponsor_info: Option<String>,
    /// What else is said of it.
    pub additional_info: Option<String>,
    /// Telegram wants it called recommended instead of sponsored.
    pub recommended: bool,
}

pub(in crate::telegram) fn sponsored(answer: e::messages::SponsoredMessages) -> Vec<SponsoredMessage> {
    let messages = match answer {
        e::messages::SponsoredMessages::Messages(answer) => answer.messages,
        e::messages::SponsoredMessages::Empty => Vec::new(),
    };
    let converted = messages.into_iter().map(|e::SponsoredMessage::Message(message)| SponsoredMessage {
        url: text(message.url),
        title: text(message.title),
        message: text(message.message),
        button_text: text(message.button_text),
        sponsor_info: message.sponsor_info.map(text),
        additional_info: message.additional_info.map(text),
        recommended: message.recommended,
    });
    converted.collect()
}
