#include "reshape_in_place.h"

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"

namespace limpid::python {

void reshape_in_place(const Tensor& self, const Tensor& view, const char* name) {
  if (view.is_same(self)) return;
  const bool records = is_grad_enabled() && self.requires_grad();
  try {
    check_inplace(self, records);
  } catch (Error& error) {
    error.add_context(name, "");
    throw;
  }
  if (records) {
    Node* node = view->node();
    node->references.increment();
    self->set_node(node, view->output_index);
  }
  if (self->view) self->view = view->view;  // the same base, one step further
  self->spec.shape = view.shape();
  self->strides = view.strides();
  self->data = view->data;
  self->contiguous = view->contiguous;
  bump_version(self, name);  // a record that saved self would read it in the wrong shape
}

}  // namespace limpid::python
