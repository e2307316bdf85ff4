; What compiled kernels ask of numba's runtime, for WebAssembly: memory counted by its users, and a few stubs.
;
; A block of memory is a record (%block) and, 64 bytes on, its data. Sizes are rounded up to a quarter of a power of
; two, so that a block that is given back fits the next request of its kind: kernels allocate in every minibatch.

%block = type { i64, ptr, ptr, ptr, i64 } ; users, destructor, next free block or its list, data, size: as numba has it

@__heap_base = external global i8
@end = internal global i32 0                             ; first address that was never allocated
@free = internal global [128 x ptr] zeroinitializer      ; the free blocks of each size
@refused = internal global i32 0                         ; bytes of the last request that could not be met, in KiB

declare i32 @llvm.wasm.memory.size.i32(i32)
declare i32 @llvm.wasm.memory.grow.i32(i32, i32)
declare i32 @llvm.ctlz.i32(i32, i1)
declare i64 @llvm.umin.i64(i64, i64)
declare double @llvm.sqrt.f64(double)

; Return a new block with one user, or null.
define ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 %align) noinline {
  %known = icmp ule i64 %size, 2000000000
  br i1 %known, label %sized, label %refuse
sized:
  %size32 = trunc i64 %size to i32
  %wanted = add i32 %size32, 127                         ; the record, and at least one cache line
  %zeros = call i32 @llvm.ctlz.i32(i32 %wanted, i1 true)
  %exponent = sub i32 29, %zeros                         ; wanted has its highest bit at exponent + 2
  %step = shl i32 1, %exponent
  %mask = sub i32 %step, 1
  %raised = add i32 %wanted, %mask
  %quarters = lshr i32 %raised, %exponent                ; 4 to 8 quarters
  %total = shl i32 %quarters, %exponent
  %row = shl i32 %exponent, 2
  %past = add i32 %row, %quarters
  %number = sub i32 %past, 4                             ; 8 quarters are the first size of the next row
  %list = getelementptr [128 x ptr], ptr @free, i32 0, i32 %number
  %first = load ptr, ptr %list
  %none = icmp eq ptr %first, null
  br i1 %none, label %fresh, label %reuse
reuse:
  %link = getelementptr %block, ptr %first, i32 0, i32 2
  %next = load ptr, ptr %link
  store ptr %next, ptr %list
  br label %done
fresh:
  %old = load i32, ptr @end
  %unset = icmp eq i32 %old, 0
  %base = ptrtoint ptr @__heap_base to i32
  %start = select i1 %unset, i32 %base, i32 %old
  %start63 = add i32 %start, 63
  %aligned = and i32 %start63, -64
  %stop = add i32 %aligned, %total
  %wrapped = icmp ult i32 %stop, %aligned
  br i1 %wrapped, label %refuse, label %compare
compare:
  %pages = call i32 @llvm.wasm.memory.size.i32(i32 0)
  %stop_up = add i32 %stop, 65535
  %pages_needed = lshr i32 %stop_up, 16
  %short = icmp ugt i32 %pages_needed, %pages
  br i1 %short, label %grow, label %take
grow:
  %more = sub i32 %pages_needed, %pages
  %grown = call i32 @llvm.wasm.memory.grow.i32(i32 0, i32 %more)
  %failed = icmp eq i32 %grown, -1
  br i1 %failed, label %refuse, label %take
take:
  store i32 %stop, ptr @end
  %new = inttoptr i32 %aligned to ptr
  br label %done
done:
  %record = phi ptr [ %first, %reuse ], [ %new, %take ]
  store i64 1, ptr %record
  %destructor = getelementptr %block, ptr %record, i32 0, i32 1
  store ptr null, ptr %destructor
  %home = getelementptr %block, ptr %record, i32 0, i32 2
  store ptr %list, ptr %home
  %data = getelementptr i8, ptr %record, i32 64
  %data_place = getelementptr %block, ptr %record, i32 0, i32 3
  store ptr %data, ptr %data_place
  %size_place = getelementptr %block, ptr %record, i32 0, i32 4
  store i64 %size, ptr %size_place
  ret ptr %record
refuse:
  %kib = lshr i64 %size, 10
  %kib1 = add i64 %kib, 1
  %capped = call i64 @llvm.umin.i64(i64 %kib1, i64 2147483647)
  %kib32 = trunc i64 %capped to i32
  store i32 %kib32, ptr @refused
  ret ptr null
}

define ptr @NRT_MemInfo_alloc(i64 %size) {
  %record = call ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 64)
  ret ptr %record
}

; Take back a block without users.
define void @NRT_MemInfo_call_dtor(ptr %record) noinline {
  %home = getelementptr %block, ptr %record, i32 0, i32 2
  %list = load ptr, ptr %home
  %first = load ptr, ptr %list
  store ptr %first, ptr %home
  store ptr %record, ptr %list
  ret void
}

; Memory for the description of an exception.
define ptr @NRT_Allocate(i64 %size) {
  %record = call ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 64)
  %none = icmp eq ptr %record, null
  %data = getelementptr i8, ptr %record, i32 64
  %found = select i1 %none, ptr null, ptr %data
  ret ptr %found
}

define void @NRT_Free(ptr %data) {
  %record = getelementptr i8, ptr %data, i32 -64
  call void @NRT_MemInfo_call_dtor(ptr %record)
  ret void
}

; For the host: a new block, or null.
define ptr @allocate(i32 %size) {
  %size64 = zext i32 %size to i64
  %record = call ptr @NRT_MemInfo_alloc_aligned(i64 %size64, i32 64)
  ret ptr %record
}

; For the host: one user less.
define void @release(ptr %record) {
  %users = load i64, ptr %record
  %left = sub i64 %users, 1
  store i64 %left, ptr %record
  %unused = icmp eq i64 %left, 0
  br i1 %unused, label %free_it, label %done
free_it:
  call void @NRT_MemInfo_call_dtor(ptr %record)
  br label %done
done:
  ret void
}

; For the host: KiB of the last request that could not be met, or 0; then forget it.
define i32 @refused_kib() {
  %kib = load i32, ptr @refused
  store i32 0, ptr @refused
  ret i32 %kib
}

; Kernels have no lists: numba makes some for the texts of exceptions. Without memory for one it raises at once.
define ptr @NRT_MemInfo_new_varsize_dtor(i64 %size, ptr %destructor) {
  ret ptr null
}

define ptr @NRT_MemInfo_varsize_realloc(ptr %record, i64 %size) {
  ret ptr null
}

define double @sqrt(double %x) {
  %root = call double @llvm.sqrt.f64(double %x)
  ret double %root
}

; The product of two 128-bit integers, which the machine does not have; numba checks the sizes of arrays with it.
define void @__multi3(ptr %result, i64 %a, i64 %a_high, i64 %b, i64 %b_high) noinline {
  %a0 = and i64 %a, 4294967295
  %a1 = lshr i64 %a, 32
  %b0 = and i64 %b, 4294967295
  %b1 = lshr i64 %b, 32
  %p00 = mul i64 %a0, %b0
  %p01 = mul i64 %a0, %b1
  %p10 = mul i64 %a1, %b0
  %p11 = mul i64 %a1, %b1
  %carry = lshr i64 %p00, 32
  %p01_low = and i64 %p01, 4294967295
  %middle1 = add i64 %carry, %p01_low
  %middle = add i64 %middle1, %p10
  %p01_high = lshr i64 %p01, 32
  %middle_high = lshr i64 %middle, 32
  %high1 = add i64 %p11, %p01_high
  %high2 = add i64 %high1, %middle_high
  %cross1 = mul i64 %a, %b_high
  %cross2 = mul i64 %a_high, %b
  %high3 = add i64 %high2, %cross1
  %high = add i64 %high3, %cross2
  %low = mul i64 %a, %b
  store i64 %low, ptr %result
  %high_place = getelementptr i64, ptr %result, i32 1
  store i64 %high, ptr %high_place
  ret void
}

; An exception's text is of no use here: the host sees that a kernel raised one.
define void @PyErr_SetString(ptr %kind, ptr %text) {
  ret void
}

; Arrays in C order keep their data when they are reshaped; only their strides change. Kernels reshape no others.
define i32 @numba_attempt_nocopy_reshape(i64 %nd, ptr %shape, ptr %strides, i64 %new_nd, ptr %new_shape, ptr %new_strides, i64 %item, i32 %fortran) noinline {
  br label %test
test:
  %left = phi i64 [ %new_nd, %0 ], [ %axis, %axis_done ]
  %stride = phi i64 [ %item, %0 ], [ %larger, %axis_done ]
  %ended = icmp eq i64 %left, 0
  br i1 %ended, label %done, label %axis_done
axis_done:
  %axis = sub i64 %left, 1
  %stride_place = getelementptr i64, ptr %new_strides, i64 %axis
  store i64 %stride, ptr %stride_place
  %length_place = getelementptr i64, ptr %new_shape, i64 %axis
  %length = load i64, ptr %length_place
  %larger = mul i64 %stride, %length
  br label %test
done:
  ret i32 1
}
