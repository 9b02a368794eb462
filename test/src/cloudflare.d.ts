// Types of `cloudflare:test`, for the tests that run in workerd.
/// <reference types="@cloudflare/vitest-plugin/types" />
