//! How many threads to compute with.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

/// Returns the number of physical cores this process may use: a second thread on a core only
/// takes turns with the first.
pub(crate) fn physical_cores() -> u32 {
    let allowed = available_parallelism().map_or(1, NonZero::get);
    let cores = cores_below(Path::new("/sys/devices/system/cpu")).unwrap_or(allowed);
    u32::try_from(cores.min(allowed)).unwrap_or(1)
}

/// Counts the cores under a `cpu` folder of sysfs, each known by the list of its threads.
fn cores_below(folder: &Path) -> Option<usize> {
    let cores: BTreeSet<String> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            fs::read_to_string(entry.path().join("topology/thread_siblings_list")).ok()
        })
        .map(|siblings| siblings.trim().to_owned())
        .collect();
    (!cores.is_empty()).then_some(cores.len())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{cores_below, physical_cores};

    #[test]
    fn threads_of_one_core_count_once() {
        let folder = tempfile::tempdir().unwrap();
        for (cpu, siblings) in
            [("cpu0", "0,4\n"), ("cpu1", "1,5\n"), ("cpu4", "0,4\n"), ("cpu5", "1,5\n")]
        {
            let topology = folder.path().join(cpu).join("topology");
            fs::create_dir_all(&topology).unwrap();
            fs::write(topology.join("thread_siblings_list"), siblings).unwrap();
        }
        fs::create_dir(folder.path().join("cpufreq")).unwrap();
        assert_eq!(cores_below(folder.path()), Some(2));
    }

    #[test]
    fn a_machine_that_tells_nothing_is_not_a_machine_without_cores() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(cores_below(folder.path()), None);
        assert_eq!(cores_below(&folder.path().join("absent")), None);
        assert!(physical_cores() >= 1);
    }
}
