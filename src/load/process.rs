//! What the kernel counts of a process: CPU, memory, and datagrams that its sockets did not take in time.

use anyhow::Context;
use std::collections::HashSet;
use std::time::Duration;

/// User and system time of all threads so far.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit_once(')').context("stat")?.1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    // USER_HZ is 100 on every Linux that we build for.
    Ok(Duration::from_millis(ticks * 10))
}

/// Resident memory in KiB.
pub(crate) fn rss_kib(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// The end of a log.
pub(crate) fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().rev().take(20).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// Datagrams that the kernel threw away because the IPv4 sockets at these ports were full.
pub(crate) fn dropped(ports: &HashSet<u16>) -> anyhow::Result<u64> {
    Ok(count_dropped(&std::fs::read_to_string("/proc/net/udp")?, ports))
}

/// The second column is `address:port` in hexadecimal, the last one the count (proc(5)).
fn count_dropped(table: &str, ports: &HashSet<u16>) -> u64 {
    let of_line = |line: &str| {
        let mut columns = line.split_whitespace();
        let port = u16::from_str_radix(columns.nth(1)?.rsplit_once(':')?.1, 16).ok()?;
        ports.contains(&port).then_some(())?;
        columns.last()?.parse::<u64>().ok()
    };
    table.lines().skip(1).filter_map(of_line).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_summed_over_our_sockets_only() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
            10: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 1 2 0 7\n\
            11: 00000000:C351 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 5\n\
            12: 00000000:0050 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 11\n";
        assert_eq!(count_dropped(table, &[0xC350, 0x0050].into()), 18);
    }
}
