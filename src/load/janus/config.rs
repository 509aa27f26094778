//! A configuration of Janus for one row: VideoRoom over WebSockets on loopback, and nothing else.

use anyhow::Context;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

pub(super) const ROOM: u32 = 1234;
/// Of the administrators' interface, which is on loopback for the time of a row.
pub(super) const SECRET: &str = "load";

const OTHER_PLUGINS: &str = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,\
    libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,\
    libjanus_videocall.so,libjanus_voicemail.so";
const OTHER_TRANSPORTS: &str =
    "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so";

pub(super) struct Config<'a> {
    pub(super) folder: &'a Path,
    /// The address to offer.
    pub(super) host: IpAddr,
    pub(super) signalling: SocketAddr,
    pub(super) admin: SocketAddr,
    /// Threads that all participants share; 0: one each.
    pub(super) event_loops: usize,
}

impl Config<'_> {
    pub(super) fn write(&self) -> anyhow::Result<()> {
        let write = |name: &str, text: String| fs::write(self.folder.join(name), text);
        write("janus.jcfg", self.core()?)?;
        write("janus.transport.websockets.jcfg", self.websockets())?;
        write("janus.plugin.videoroom.jcfg", room())?;
        Ok(())
    }

    fn core(&self) -> anyhow::Result<String> {
        let (folder, library, host) = (self.folder.display(), library()?, self.host);
        let library = library.display();
        let loops = if self.event_loops > 0 { format!("event_loops = {}", self.event_loops) } else { String::new() };
        Ok(format!(
            r#"general: {{
  configs_folder = "{folder}"
  plugins_folder = "{library}/plugins"
  transports_folder = "{library}/transports"
  events_folder = "{library}/events"
  loggers_folder = "{library}/loggers"
  debug_level = 3
  admin_secret = "{SECRET}"
  session_timeout = 0
  {loops}
}}
media: {{
  rtp_port_range = "30000-39999"
}}
nat: {{
  ice_lite = true
  ice_enforce_list = "{host}"
  ignore_mdns = true
}}
plugins: {{
  disable = "{OTHER_PLUGINS}"
}}
transports: {{
  disable = "{OTHER_TRANSPORTS}"
}}
"#
        ))
    }

    fn websockets(&self) -> String {
        let (signalling, admin) = (self.signalling, self.admin);
        format!(
            r#"general: {{
  ws = true
  ws_ip = "{}"
  ws_port = {}
}}
admin: {{
  admin_ws = true
  admin_ws_ip = "{}"
  admin_ws_port = {}
}}
"#,
            signalling.ip(),
            signalling.port(),
            admin.ip(),
            admin.port()
        )
    }
}

/// The bit rate is what Janus tells publishers at most; ours does not listen.
fn room() -> String {
    format!(
        r#"room-{ROOM}: {{
  description = "load"
  publishers = 2
  bitrate = 20000000
  fir_freq = 0
  videocodec = "vp8"
  audiocodec = "opus"
}}
"#
    )
}

/// Where Debian puts the plugins: below the folder of the machine's architecture.
fn library() -> anyhow::Result<PathBuf> {
    let folders = fs::read_dir("/usr/lib")?.filter_map(|entry| Some(entry.ok()?.path().join("janus")));
    folders.into_iter().find(|folder| folder.join("plugins").is_dir()).context("janus's plugins are not found")
}
