//! Migrations are part of the program, so a new one needs a new build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
