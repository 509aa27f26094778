#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    _ = assize_fuzz::av1(bytes);
});
