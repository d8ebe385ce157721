//! Where the dashboard is.

use std::net::{SocketAddr, TcpListener};

use super::Error;

/// The web section.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Web")]
pub struct Web {
    /// Address to listen on.
    ///
    /// Read from `CHANNELSCOPE_LISTEN`.
    #[arg(
        long,
        env = "CHANNELSCOPE_LISTEN",
        default_value = "127.0.0.1:3000",
        global = true,
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,

    /// Where people reach the dashboard, if not at the listen address: `https://stats.example.org`.
    ///
    /// Read from `CHANNELSCOPE_PUBLIC_URL`. With https, cookies are marked secure.
    #[arg(long, env = "CHANNELSCOPE_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
}

impl Web {
    /// Takes the address, before privileges are dropped.
    pub fn bind(&self) -> Result<TcpListener, Error> {
        let taken = |source| Error::Listen { listen: self.listen, source };
        let listener = TcpListener::bind(self.listen).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        Ok(listener)
    }

    /// The public URL without a trailing slash; without one, the address really listened on.
    pub fn base_url(&self, listening: SocketAddr) -> Result<String, Error> {
        let Some(url) = self.public_url.as_deref() else { return Ok(format!("http://{listening}")) };
        let invalid = |reason: &str| Error::Invalid {
            variable: "CHANNELSCOPE_PUBLIC_URL",
            reason: format!("“{url}” {reason}; write it like https://stats.example.org"),
        };
        let parsed: http::Uri = url.parse().map_err(|_| invalid("is not a URL"))?;
        if !matches!(parsed.scheme_str(), Some("http" | "https")) || parsed.host().is_none_or(str::is_empty) {
            return Err(invalid("must begin with http:// or https:// and name a host"));
        }
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() {
            return Err(invalid("must not have a path: Channelscope needs a host name of its own"));
        }
        // From its parts: schemes and hosts are the same in any case, and cookies are marked secure by the scheme.
        let (scheme, host) = (parsed.scheme_str().unwrap_or_default(), parsed.authority());
        Ok(format!("{scheme}://{}", host.map(ToString::to_string).unwrap_or_default().to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(public_url: Option<&str>) -> Result<String, Error> {
        let listen = "127.0.0.1:3000".parse().unwrap();
        Web { listen, public_url: public_url.map(Into::into) }.base_url(listen)
    }

    #[test]
    fn the_public_url_wins_over_the_listen_address() {
        assert_eq!(base(None).unwrap(), "http://127.0.0.1:3000");
        for url in ["https://stats.example.org/", "HTTPS://Stats.Example.org"] {
            assert_eq!(base(Some(url)).unwrap(), "https://stats.example.org");
        }
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for url in ["stats.example.org", "ftp://x", "https://x/path", "https://"] {
            let error = base(Some(url)).unwrap_err().to_string();
            assert!(error.starts_with("CHANNELSCOPE_PUBLIC_URL: "), "{error}");
        }
    }
}
