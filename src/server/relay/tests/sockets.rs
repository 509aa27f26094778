//! The relay with its sockets: a client over a stream, a worker and a stranger on this machine.

use super::client::{Client, Reply, SOURCE, at, indication, udp};
use crate::relay::frame::Frame;
use crate::relay::{Peers, Relay, connection};
use bytes::{Buf as _, BytesMut};
use rtc_stun::attributes::{ATTR_DATA, ATTR_XOR_PEER_ADDRESS, ATTR_XOR_RELAYED_ADDRESS};
use rtc_stun::message::{METHOD_ALLOCATE, METHOD_CREATE_PERMISSION};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::net::UdpSocket;

/// The next STUN message.
async fn reply(stream: &mut DuplexStream, read: &mut BytesMut) -> Reply {
    loop {
        if let Some(frame) = Frame::first(read).unwrap() {
            let reply = Reply::of(&read[..frame.size()]);
            read.advance(frame.size());
            return reply;
        }
        assert!(stream.read_buf(read).await.unwrap() > 0, "the relay ended the connection");
    }
}

#[tokio::test]
async fn nobody_but_the_worker_can_send_to_a_client() {
    let (worker, stranger) =
        (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let peer = worker.local_addr().unwrap();
    let relay = Arc::new(Relay::new(Peers::new(&[peer], peer.ip())).unwrap());
    let mut client = Client::new(&relay, "h.1");
    client.now.utc_s = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    client.credential = relay.secrets.credential("h.1", client.now.utc_s);
    client.nonce = relay.secrets.nonce(client.now.utc_s);

    // What was read before the relay got the stream counts as well.
    let first = client.signed(METHOD_ALLOCATE, &[udp()]);
    let (mut near, far) = duplex(1 << 16);
    tokio::spawn(connection::serve(far, BytesMut::from(&first[..10]), at(SOURCE), Arc::clone(&relay)));
    near.write_all(&first[10..]).await.unwrap();
    let mut read = BytesMut::new();
    let relayed = reply(&mut near, &mut read).await.address(ATTR_XOR_RELAYED_ADDRESS);
    stranger.send_to(b"before", relayed).await.unwrap();

    let permission = client.about(METHOD_CREATE_PERMISSION, &peer.to_string(), &[]);
    near.write_all(&permission).await.unwrap();
    assert_eq!(reply(&mut near, &mut read).await.code, 0);
    near.write_all(&indication(&peer.to_string(), b"hello")).await.unwrap();
    let mut datagram = [0u8; 64];
    let (len, from) = worker.recv_from(&mut datagram).await.unwrap();
    assert_eq!((&datagram[..len], from), (&b"hello"[..], relayed));

    // Refused at once or lost: the socket is connected to the worker.
    let _ = stranger.send_to(b"after", relayed).await;
    worker.send_to(b"answer", from).await.unwrap();
    let data = reply(&mut near, &mut read).await;
    assert_eq!((data.get(ATTR_DATA), data.address(ATTR_XOR_PEER_ADDRESS)), (b"answer".to_vec(), peer));
}
