//! Which build of an engine this processor runs: a portable folder holds one for each of several
//! levels of x86-64.

use std::path::{Path, PathBuf};

/// What a processor must be able to do for a build.
#[derive(Debug)]
struct Level {
    /// The folder of its builds, after the levels of the x86-64 psABI.
    name: &'static str,
    present: fn() -> bool,
}

/// From the quickest to the one that nearly every processor has. `cargo xtask dist` builds them.
const LEVELS: &[Level] = &[
    #[cfg(target_arch = "x86_64")]
    Level { name: "x86-64-v4-vnni", present: x86::has_v4_vnni },
    #[cfg(target_arch = "x86_64")]
    Level { name: "x86-64-v3-vnni", present: x86::has_v3_vnni },
    #[cfg(target_arch = "x86_64")]
    Level { name: "x86-64-v3", present: x86::has_v3 },
    #[cfg(target_arch = "x86_64")]
    Level { name: "x86-64-v2", present: x86::has_v2 },
];

/// Returns the path of an engine executable: `folder/name` where that exists, for it was built for
/// this machine; else the build for the highest level that this processor has, in a folder of the
/// level's name. Where there is neither, `folder/name`, which does not exist.
pub fn executable(folder: &Path, name: &str) -> PathBuf {
    pick(folder, name, LEVELS)
}

/// Returns the level that an executable was built for, where it lies in the folder of one.
pub fn level_of(executable: &Path) -> Option<&'static str> {
    let folder = executable.parent()?.file_name()?;
    LEVELS.iter().map(|level| level.name).find(|name| folder == *name)
}

fn pick(folder: &Path, name: &str, levels: &[Level]) -> PathBuf {
    let own = folder.join(name);
    if own.is_file() {
        return own;
    }
    let builds = levels.iter().map(|level| (level, folder.join(level.name).join(name)));
    let usable = |(level, path): &(&Level, PathBuf)| path.is_file() && (level.present)();
    builds.into_iter().find(usable).map_or(own, |(_, path)| path)
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    //! The features of each level, as in the psABI (`x86-64-v2` to `-v4`), and what speeds up the
    //! kernels beyond them: products of bytes (VNNI).

    pub(super) fn has_v2() -> bool {
        is_x86_feature_detected!("cmpxchg16b")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("sse3")
            && is_x86_feature_detected!("sse4.1")
            && is_x86_feature_detected!("sse4.2")
            && is_x86_feature_detected!("ssse3")
    }

    pub(super) fn has_v3() -> bool {
        has_v2()
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("f16c")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("movbe")
    }

    pub(super) fn has_v3_vnni() -> bool {
        has_v3() && is_x86_feature_detected!("avxvnni")
    }

    pub(super) fn has_v4_vnni() -> bool {
        has_v3()
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vnni")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use std::path::Path;

    use super::{LEVELS, Level, level_of, pick};

    fn always() -> bool {
        true
    }

    fn never() -> bool {
        false
    }

    const SOME: &[Level] = &[
        Level { name: "high", present: never },
        Level { name: "middle", present: always },
        Level { name: "low", present: always },
    ];

    #[test]
    fn the_highest_build_that_the_processor_runs_is_taken_and_one_for_this_machine_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let build = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
            path
        };
        let picked = || pick(folder.path(), "engine", SOME);
        let own = folder.path().join("engine");
        assert_eq!(picked(), own, "there is none, and it is looked for where it belongs");
        build("high/engine");
        assert_eq!(picked(), own, "one that would not run is as good as none");
        assert_eq!(picked(), {
            build("low/other-engine");
            own.clone()
        });
        let low = build("low/engine");
        assert_eq!(picked(), low);
        let middle = build("middle/engine");
        assert_eq!(picked(), middle);
        assert_eq!(picked(), {
            build("middle/other-engine");
            middle
        });
        assert_eq!(build("engine"), picked());
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_folder_tells_the_level() {
        assert_eq!(level_of(Path::new("/opt/sarai/x86-64-v3/engine")), Some("x86-64-v3"));
        assert_eq!(level_of(Path::new("/opt/sarai/engine")), None);
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_processor_that_has_a_level_has_those_below_it() {
        let has = LEVELS.iter().map(|level| (level.name, (level.present)()));
        let has: std::collections::HashMap<&str, bool> = has.collect();
        for (higher, lower) in [
            ("x86-64-v4-vnni", "x86-64-v3"),
            ("x86-64-v3-vnni", "x86-64-v3"),
            ("x86-64-v3", "x86-64-v2"),
        ] {
            assert!(!has[higher] || has[lower], "{higher} without {lower}");
        }
    }
}
