//! `#[derive(Trace)]`: the traversal of a struct, written once from its fields.
//!
//! What it writes is one `unsafe impl` that goes over the fields in their order; each field's own
//! `Trace` says what is in it. A field of a type without one does not compile. `#[buffer]` on a field
//! names the block that objects lend to memoryviews.
//!
//! The spans are the macro's own, so a crate that forbids `unsafe` may derive: it writes none.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, GenericParam, Index, Member};

/// See the crate's documentation, and `strata::OwnType`.
#[proc_macro_derive(Trace, attributes(buffer))]
pub fn derive_trace(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    trace(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn trace(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Struct(data) = &input.data else {
        let why = "Trace is derived for structs: the slots of an object are the same all its life";
        return Err(Error::new(input.ident.span(), why));
    };
    let fields = members(&data.fields);
    let mut generics = input.generics.clone();
    for param in &generics.params {
        if let GenericParam::Lifetime(lifetime) = param {
            let why = "an object outlives what is borrowed: a payload has no lifetime";
            return Err(Error::new(lifetime.span(), why));
        }
    }
    let clause = generics.make_where_clause();
    for param in input.generics.type_params() {
        let name = &param.ident;
        clause.predicates.push(syn::parse_quote!(#name: 'static));
    }
    for (_, field) in &fields {
        let ty = &field.ty;
        clause.predicates.push(syn::parse_quote_spanned!(ty.span()=> #ty: ::strata::Trace));
    }
    let members: Vec<&Member> = fields.iter().map(|(member, _)| member).collect();
    let types: Vec<_> = fields.iter().map(|(_, field)| &field.ty).collect();
    let buffer = buffer(&fields)?;
    let (name, (impls, tys, clause)) = (&input.ident, generics.split_for_impl());
    Ok(quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        // SAFETY: it goes over all fields, each once and in one order, and moves nothing.
        unsafe impl #impls ::strata::Trace for #name #tys #clause {
            const SLOTS: usize = 0 #(+ <#types as ::strata::Trace>::SLOTS)*;

            #[inline(always)]
            fn each_slot(&self, show: &mut impl ::core::ops::FnMut(&::strata::own::RawSlot)) {
                #(<#types as ::strata::Trace>::each_slot(&self.#members, show);)*
                let _ = show;
            }

            #[inline]
            fn slot(&self, index: usize) -> ::core::option::Option<&::strata::own::RawSlot> {
                #(
                    if index < <#types as ::strata::Trace>::SLOTS {
                        return <#types as ::strata::Trace>::slot(&self.#members, index);
                    }
                    let index = index - <#types as ::strata::Trace>::SLOTS;
                )*
                let _ = index;
                ::core::option::Option::None
            }

            #[inline]
            fn give_back(&self, heap: &::strata::Heap) {
                #(<#types as ::strata::Trace>::give_back(&self.#members, heap);)*
                let _ = heap;
            }

            #buffer
        }
    })
}

/// The fields with what they are called after `self.`.
fn members(fields: &Fields) -> Vec<(Member, &Field)> {
    let name = |(index, field): (usize, &Field)| match &field.ident {
        Some(ident) => Member::Named(ident.clone()),
        None => Member::Unnamed(Index::from(index)),
    };
    fields.iter().enumerate().map(|(index, field)| (name((index, field)), field)).collect()
}

/// What the object lends: the field with `#[buffer]`.
fn buffer(fields: &[(Member, &Field)]) -> Result<TokenStream, Error> {
    let marked = |field: &Field| field.attrs.iter().any(|attr| attr.path().is_ident("buffer"));
    let mut lent = fields.iter().filter(|(_, field)| marked(field));
    let Some((member, field)) = lent.next() else { return Ok(TokenStream::new()) };
    if let Some((_, more)) = lent.next() {
        return Err(Error::new(more.span(), "an object lends one buffer"));
    }
    let ty = &field.ty;
    Ok(quote! {
        const LENDS: bool = <#ty as ::strata::Trace>::LENDS;

        #[inline]
        fn buffer(&self) -> ::core::option::Option<&::strata::own::RawBlock> {
            <#ty as ::strata::Trace>::buffer(&self.#member)
        }
    })
}
